"""The files of the warehouse and how to use them safely: paths, write lock, content, readers."""
