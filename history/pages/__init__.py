"""The history's pages for visitors, and for those who were given a link."""
