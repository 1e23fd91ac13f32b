"""Known answers, computed independently of the models and compared with the published marts."""
