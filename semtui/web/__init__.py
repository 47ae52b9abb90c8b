"""The optional web view: a page, an API and metrics, served from the same process.

Imported only where it is asked for; needs the extra `web`.
"""
