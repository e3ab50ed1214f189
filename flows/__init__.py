"""The only room that knows Prefect, HTTP, the clock, config files and the command line."""
