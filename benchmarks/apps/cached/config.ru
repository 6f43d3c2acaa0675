# frozen_string_literal: true

# 1 KB that may be stored for an hour, and how often it had to be made.
BODY = ("Hello from Rack. " * 64)[0, 1024].freeze

made = 0

run lambda { |env|
  if env["PATH_INFO"] == "/count"
    [200, { "content-type" => "text/plain", "cache-control" => "no-store" }, [made.to_s]]
  else
    made += 1
    fields = { "content-type" => "text/plain", "content-length" => "1024",
               "cache-control" => "public, max-age=3600", "etag" => '"1k"' }
    [200, fields, [BODY]]
  end
}
