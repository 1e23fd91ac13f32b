"""Tests of the warehouse's reports on its own data quality."""
