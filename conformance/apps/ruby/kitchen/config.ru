# A Rack app that can do everything a conformance test asks of an app.
require 'digest'
require 'json'
require 'etc'

module Kitchen
  TEXT = { 'content-type' => 'text/plain' }.freeze
  JSON_TYPE = { 'content-type' => 'application/json' }.freeze

  module_function

  def call(env)
    request = Request.new(env)
    name = env['PATH_INFO'].split('/')[1].to_s.tr('-', '_')
    name = 'root' if name.empty?
    return [404, TEXT.dup, ["no such dish\n"]] unless Dishes.respond_to?(name)

    Dishes.public_send(name, request)
  end

  class Request
    attr_reader :env

    def initialize(env)
      @env = env
      @query = env['QUERY_STRING'].split('&').to_h { |pair| [*pair.split('=', 2), nil, nil][0, 2] }
    end

    def [](name)
      value = @query[name]
      value && value.tr('+', ' ').gsub(/%(\h\h)/) { $1.hex.chr }
    end

    def rest
      env['PATH_INFO'].split('/', 3)[2].to_s
    end

    def wait_for(file)
      sleep 0.01 until File.exist?(file)
    end
  end

  module Dishes
    module_function

    def root(_request)
      [200, { 'content-type' => 'text/plain', 'content-length' => '6' }, ["hello\n"]]
    end

    def echo(request)
      env = request.env
      content = env['rack.input'] ? env['rack.input'].read.to_s : ''
      answer = {
        method: env['REQUEST_METHOD'], uri: env['REQUEST_URI'], path: env['PATH_INFO'],
        query: env['QUERY_STRING'], script: env['SCRIPT_NAME'], protocol: env['SERVER_PROTOCOL'],
        name: env['SERVER_NAME'], port: env['SERVER_PORT'], scheme: env['rack.url_scheme'],
        address: env['REMOTE_ADDR'], type: env['CONTENT_TYPE'], length: env['CONTENT_LENGTH'],
        fields: env.select { |key, _| key.start_with?('HTTP_') },
        bytes: content.bytesize, digest: Digest::SHA256.hexdigest(content),
        content: content.dup.force_encoding('UTF-8').scrub[0, 10_000],
        environment: env.keys.sort
      }
      [200, JSON_TYPE.dup, [JSON.generate(answer.transform_values { |v| v.is_a?(String) ? v.dup.force_encoding('UTF-8').scrub : v })]]
    end

    # Reads the content piece by piece in constant memory.
    def upload(request)
      digest = Digest::SHA256.new
      bytes = 0
      buffer = String.new
      while request.env['rack.input'].read(65_536, buffer)
        bytes += buffer.bytesize
        digest << buffer if request['digest']
      end
      [200, JSON_TYPE.dup, [JSON.generate(bytes: bytes, digest: digest.hexdigest)]]
    end

    def ignore_content(_request)
      [200, TEXT.dup, ["not read\n"]]
    end

    def status(request)
      [request.rest.to_i, {}, []]
    end

    def cookies(_request)
      [200, { 'content-type' => 'text/plain', 'set-cookie' => "a=1; path=/\nb=2; path=/" }, ["cookies\n"]]
    end

    def wait(request)
      File.write(request['started'], '') if request['started']
      request.wait_for(request['file'])
      [200, TEXT.dup, ["waited\n"]]
    end

    def sleep(request)
      Kernel.sleep(request['ms'].to_i / 1000.0)
      [200, TEXT.dup, ["slept\n"]]
    end

    # Sends `one`, waits for a file, sends `two`.
    def stream(request)
      type = request['sse'] ? 'text/event-stream' : 'text/plain'
      one, two = request['sse'] ? ["data: one\n\n", "data: two\n\n"] : ["one\n", "two\n"]
      body = Enumerator.new do |out|
        out << one
        request.wait_for(request['file'])
        out << two
      end
      [200, { 'content-type' => type }, body]
    end

    def blob(request)
      size = request['size'].to_i
      piece = ('b' * 65_536).freeze
      body = Enumerator.new do |out|
        left = size
        while left.positive?
          out << (left >= piece.bytesize ? piece : piece[0, left])
          left -= piece.bytesize
        end
      end
      headers = { 'content-type' => 'application/octet-stream' }
      headers['content-length'] = size.to_s unless request['chunked']
      [200, headers, body]
    end

    def no_length(_request)
      [200, TEXT.dup, %w[a b c].each]
    end

    # Claims another length than the content has.
    def lying_length(request)
      [200, { 'content-type' => 'text/plain', 'content-length' => request['claim'] }, ['x' * request['actual'].to_i]]
    end

    def bad_field(request)
      [200, { 'content-type' => 'text/plain', request['name'] => request['value'] }, ["bad\n"]]
    end

    def field(request)
      [200, { 'content-type' => 'text/plain', request['name'] => request['value'] }, ["field\n"]]
    end

    def hints(request)
      request.env['rack.early_hints']&.call('link' => '</style.css>; rel=preload')
      [200, TEXT.dup, ["hinted\n"]]
    end

    def raise(_request)
      Kernel.raise 'secret of the kitchen'
    end

    def raise_midway(_request)
      body = Enumerator.new do |out|
        out << "begun\n"
        Kernel.raise 'midway'
      end
      [200, TEXT.dup, body]
    end

    def pid(_request)
      [200, TEXT.dup, [Process.pid.to_s]]
    end

    def environment(_request)
      [200, JSON_TYPE.dup, [JSON.generate(ENV.to_h)]]
    end

    # Notes an id in the ledger, so that work done twice shows.
    def ledger(request)
      request.env['rack.input'].read
      File.open(ENV.fetch('LEDGER'), 'a') { |file| file.syswrite("#{request['id']}\n") }
      request.wait_for(request['file']) if request['file']
      [200, TEXT.dup, ["noted\n"]]
    end

    def print(request)
      $stdout.write("#{request['out']}\n") if request['out']
      $stderr.write("#{request['err']}\n") if request['err']
      $stdout.flush
      [200, TEXT.dup, ["printed\n"]]
    end

    def flood(request)
      line = "#{'f' * 1000}\n"
      request['lines'].to_i.times { $stderr.write(line) }
      [200, TEXT.dup, ["flooded\n"]]
    end

    def grow(request)
      ($larder ||= []) << ('g' * (request['mb'].to_i * 1_048_576))
      [200, TEXT.dup, ["#{$larder.size}\n"]]
    end

    def spawn_child(request)
      child = Process.spawn('sleep', '1000', pgroup: request['group'] ? true : nil)
      [200, TEXT.dup, [child.to_s]]
    end

    def exit(_request)
      Process.exit!(3)
    end

    def sendfile(request)
      [200, { 'content-type' => 'text/plain', request['by'] => request['path'] }, ["from the app\n"]]
    end

    # A body that is a file.
    def to_path(request)
      [200, { 'content-type' => 'text/plain' }, File.open(request['path'], 'rb')]
    end

    # Rack 3 style body that is given the stream.
    def callable(_request)
      body = proc do |stream|
        stream.write("called\n")
        stream.close
      end
      [200, TEXT.dup, body]
    end

    def hijack(request)
      io = request.env['rack.hijack'].call
      io ||= request.env['rack.hijack_io']
      io.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n")
      Thread.new { Dishes.echo_lines(io) }
      [200, {}, []]
    end

    def partial_hijack(_request)
      body = proc do |io|
        io.write("hijacked\n")
        io.flush
        io.close
      end
      [200, { 'content-type' => 'text/plain', 'rack.hijack' => body }, []]
    end

    def full_hijack(request)
      io = request.env['rack.hijack'].call
      io.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhijacked\n")
      io.flush
      io.close
      [200, {}, []]
    end

    def upgrade_partial(_request)
      body = proc { |io| Thread.new { Dishes.echo_lines(io) } }
      [101, { 'connection' => 'Upgrade', 'upgrade' => 'raw', 'rack.hijack' => body }, []]
    end

    def echo_lines(io)
      while (line = io.gets)
        io.write("echo #{line}")
        io.flush
      end
    ensure
      io.close
    end

    def finished(request)
      file = request['file']
      (request.env['rack.response_finished'] || []) << proc { File.write(file, 'finished') }
      [200, TEXT.dup, ["ok\n"]]
    end

    def lines(request)
      input = request.env['rack.input']
      first = input.gets
      input.rewind if input.respond_to?(:rewind)
      [200, JSON_TYPE.dup, [JSON.generate(first: first, all: input.read)]]
    end
  end
end

run Kitchen.method(:call)
