# frozen_string_literal: true

# 1 KB, with its length, as fast as Rack allows: what is measured is the server.
BODY = ("Hello from Rack. " * 64)[0, 1024].freeze

run ->(_env) { [200, { "content-type" => "text/plain", "content-length" => "1024" }, [BODY]] }
