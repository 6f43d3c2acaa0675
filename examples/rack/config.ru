# frozen_string_literal: true

# A Rack app in one file. It needs nothing but Ruby: no gems, not even rack itself.

PAGE = <<~HTML
  <!doctype html>
  <html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>It flies</title>
  <link rel="stylesheet" href="/style.css">
  <main>
    <h1>It flies.</h1>
    <p>This page was made by <b>%<runtime>s</b> in worker process <b>%<pid>d</b>,
      at <time>%<time>s</time>. It is answer number <b>%<count>d</b> of this process.</p>
    <p>Change <code>config.ru</code>, run <code>touch tmp/restart.txt</code>, and reload.</p>
  </main>
  </html>
HTML

RUNTIME = RUBY_ENGINE == "ruby" ? "Ruby #{RUBY_VERSION}" : "#{RUBY_ENGINE} #{RUBY_ENGINE_VERSION}"

class Flight
  HTML = { "content-type" => "text/html; charset=utf-8", "cache-control" => "no-store" }.freeze
  TEXT = { "content-type" => "text/plain; charset=utf-8" }.freeze

  def initialize
    @count = 0
  end

  def call(env)
    case env["PATH_INFO"]
    when "/" then [200, HTML.dup, [page]]
    when "/hello" then [200, TEXT.dup, ["Hello from Rack\n"]]
    else [404, TEXT.dup, ["There is no #{env["PATH_INFO"]} here.\n"]]
    end
  end

  private

  def page
    @count += 1
    format(PAGE, runtime: RUNTIME, pid: Process.pid, time: Time.now.strftime("%H:%M:%S"), count: @count)
  end
end

run Flight.new
