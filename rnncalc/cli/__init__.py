"""The command line: the only place that knows Click, streams and exit statuses."""
