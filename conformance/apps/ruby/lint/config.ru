# Every request and every response is checked against the Rack specification.
require 'rack/lint'
require 'uri' # Rack::Lint uses it and does not load it

use Rack::Lint
run(lambda do |env|
  content = env['rack.input'].read
  body = ["#{env['REQUEST_METHOD']} #{env['PATH_INFO']} #{content.bytesize}\n"]
  headers = { 'Content-Type' => 'text/plain' }
  headers['Content-Length'] = body.first.bytesize.to_s unless env['QUERY_STRING'] == 'chunked'
  [200, headers, body]
end)
