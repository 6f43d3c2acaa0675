# frozen_string_literal: true

# Runs one Rack app inside a worker of Peregrine, on MRI and on JRuby.
#
# Nothing is required before the app is loaded that a Gemfile could want in another version: no
# default gem such as json, stringio or tempfile. Those that are needed are required afterwards.

$stdout.sync = true
$stderr.sync = true

require "socket"
require_relative "peregrine/json"
require_relative "peregrine/control"
require_relative "peregrine/failure"
require_relative "peregrine/rackup"
require_relative "peregrine/worker"

Peregrine::Worker.start(ENV)
