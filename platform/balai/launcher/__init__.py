"""bin/run and bin/test: sets up a checkout, runs the embedded servers and supervises the processes.

Standard library only: it runs on the machine's own Python before `.venv` exists. `catalogs` is the exception; it is
bin/translations and runs inside `.venv`.
"""
