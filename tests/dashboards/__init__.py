"""Tests of the site: its boards, its pages in a browser, its command line."""
