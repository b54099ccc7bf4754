"""The history's pages for visitors, and the pages of share links."""
