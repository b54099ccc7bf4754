"""The dashboard's plots, as SVG."""
