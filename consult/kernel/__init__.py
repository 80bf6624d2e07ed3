"""What every room stands on. Imports no room and names no table of one."""
