#!/bin/sh
# Packages do not start their services while they are installed; that is for process 1.
exit 101
