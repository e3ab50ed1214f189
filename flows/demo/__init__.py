"""Turns sample articles into a local newsroom: outlets in three scripts, four feed formats and nine kinds of trouble."""
