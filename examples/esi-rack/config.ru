# frozen_string_literal: true

# A page that is stored once for everybody, and greets each visitor by name all the same: the greeting is
# a fragment whose URL has the name in it, so that it is stored for everybody of that name.

require "cgi"

PAGE = <<~HTML
  <!doctype html>
  <html lang="en">
  <meta charset="utf-8">
  <title>The news</title>
  <p><esi:include src="/greeting?name=$(HTTP_COOKIE{name}|stranger)" onerror="continue"/></p>
  <h1>The news</h1>
  <p>Made in process %<pid>d at %<time>s, and for all.</p>
  <form action="/enter">I am <input name="name"> <button>Enter</button></form>
  </html>
HTML

# A minute in the store.
SHARED = { "content-type" => "text/html; charset=utf-8", "cache-control" => "public, max-age=60" }.freeze

run(lambda do |env|
  name = CGI.parse(env["QUERY_STRING"].to_s)["name"].first.to_s[0, 40]
  case env["PATH_INFO"]
  when "/"
    page = format(PAGE, pid: Process.pid, time: Time.now.strftime("%H:%M:%S"))
    [200, SHARED.merge("surrogate-control" => 'content="ESI/1.0"'), [page]]
  when "/greeting"
    [200, SHARED.dup, ["Good day, #{CGI.escapeHTML(name)}!"]]
  when "/enter"
    [303, { "location" => "/", "set-cookie" => "name=#{CGI.escape(name)}; Path=/; SameSite=Lax" }, []]
  else
    [404, { "content-type" => "text/plain" }, ["There is no #{env["PATH_INFO"]} here.\n"]]
  end
end)
