"""What runs inside a worker of Peregrine: loads a WSGI app and serves it."""
