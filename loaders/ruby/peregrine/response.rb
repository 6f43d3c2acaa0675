# frozen_string_literal: true

require_relative "fields"
require_relative "exits"

module Peregrine
  # Writes the responses of one slot; the head and content that is at hand go out in one system call.
  #
  # | Body | Framing |
  # |---|---|
  # | none allowed (HEAD, 1xx, 204, 304) | the app's Content-Length, no content |
  # | Array, or `to_ary` | Content-Length |
  # | `to_path` | Content-Length, sent by the kernel |
  # | `each`, `call` | the app's Content-Length, else chunked |
  # | a transfer coding of the app's own | as it is, and the connection ends: nobody checks where |
  # | partial hijack | until the app closes the connection |
  class Response
    COALESCED = 32_768
    # MRI writes several strings in one system call, others in one each.
    JOINS = RUBY_ENGINE != "ruby"
    REASONS = {
      101 => "Switching Protocols", 200 => "OK", 201 => "Created", 202 => "Accepted",
      204 => "No Content", 206 => "Partial Content", 301 => "Moved Permanently", 302 => "Found",
      303 => "See Other", 304 => "Not Modified", 307 => "Temporary Redirect",
      308 => "Permanent Redirect", 400 => "Bad Request", 401 => "Unauthorized",
      403 => "Forbidden", 404 => "Not Found", 405 => "Method Not Allowed", 409 => "Conflict",
      410 => "Gone", 412 => "Precondition Failed", 416 => "Range Not Satisfiable",
      422 => "Unprocessable Content", 429 => "Too Many Requests", 500 => "Internal Server Error",
      501 => "Not Implemented", 502 => "Bad Gateway", 503 => "Service Unavailable"
    }.freeze
    STATUS_LINES = (100..599).to_h do |status|
      [status, "HTTP/1.1 #{status} #{REASONS[status] || "Status"}\r\n".b.freeze]
    end.freeze

    # Whether a part of the response has been written.
    attr_reader :started
    alias started? started

    def initialize
      @out = String.new(capacity: 4096, encoding: Encoding::BINARY)
      @fields = Fields.new
      @socket = nil
      @started = false
    end

    def prepare(socket)
      @socket = socket
      @started = false
    end

    # Writes one response. Returns whether the connection can take another request; nil if it is
    # the app's from now on.
    def write(env, status, headers, body)
      status = status.to_i unless Integer === status
      raise ArgumentError, "#{status} is no final status" if status < 200 && status != 101

      @out.replace(STATUS_LINES.fetch(status))
      @fields.append(@out, headers)
      return hijack(env, status) if @fields.hijack
      return without_content(status) if status == 101 || status == 204 || status == 304 ||
                                        env["REQUEST_METHOD"] == "HEAD"
      return array(body) if Array === body && !@fields.coding

      content(env, body)
    end

    # Answers for an app that raised; nothing must have been written yet.
    def write_error(error, env)
      text = JSON.generate(class: error.class.name, message: error.message, backtrace: Failure.backtrace(error))
      send_out("HTTP/1.1 500 Internal Server Error\r\nX-Peregrine-App-Error: 1\r\n" \
               "Content-Type: application/json\r\nContent-Length: #{text.bytesize}\r\n\r\n", env["REQUEST_METHOD"] == "HEAD" ? "" : text)
      true
    end

    private

    def array(body)
      size = body.size == 1 ? body[0].bytesize : body.sum(&:bytesize)
      return each_part(body, @fields.length) unless (@fields.length || size) == size

      @out << "Content-Length: " << size.to_s << "\r\n\r\n"
      send_out(@out, *body)
      true
    end

    def content(env, body)
      if body.respond_to?(:to_path) && !@fields.coding && file?(body.to_path)
        file(body.to_path)
      elsif !body.respond_to?(:each)
        stream(env, body)
      elsif !@fields.coding && body.respond_to?(:to_ary) && (parts = body.to_ary)
        array(parts)
      else
        each_part(body, @fields.length)
      end
    end

    def without_content(status)
      length = @fields.length
      connection = @fields.connection
      @out << "Content-Length: #{length}\r\n" if length && status != 101 && status != 204
      @out << "Connection: #{connection}\r\n" if status == 101 && connection
      send_out(@out << "\r\n")
      status != 101
    end

    def hijack(env, status)
      connection = status == 101 ? @fields.connection || "Upgrade" : "close"
      @out << "Content-Length: #{@fields.length}\r\n" if @fields.length
      @out << "Transfer-Encoding: #{@fields.coding}\r\n" if @fields.coding
      send_out(@out << "Connection: #{connection}\r\n\r\n")
      @fields.hijack.call(Hijack.release(@socket, env))
      nil
    end

    # Whether a body's path is that of its whole content.
    def file?(path)
      size = File.size?(path) || 0
      @fields.length.nil? ? File.file?(path) : @fields.length == size
    end

    def file(path)
      File.open(path, "rb") do |source|
        size = source.size
        send_out(@out << "Content-Length: #{size}\r\n\r\n")
        copy(source, size)
      end
    end

    def copy(source, size)
      IO.copy_stream(source, @socket, size) == size || lied("#{source.path}: became shorter")
    rescue Errno::EPIPE, Errno::ECONNRESET
      raise Gone
    end

    def each_part(body, length)
      write = writer(length)
      body.each(&write)
      finish(length)
    end

    def stream(env, body)
      length = @fields.length
      write = writer(length)
      unless length
        send_out(@out)
        @out.clear
      end
      body.call(Stream.new(env["rack.input"], &write))
      finish(length)
    end

    # Ends the head and returns what writes one part of the content.
    def writer(length)
      @written = 0
      if @fields.coding
        @out << "Transfer-Encoding: #{@fields.coding}\r\nConnection: close\r\n\r\n"
        method(:write_as_is)
      elsif length
        @out << "Content-Length: #{length}\r\n\r\n"
        ->(part) { write_counted(part, length) }
      else
        @out << "Transfer-Encoding: chunked\r\n\r\n"
        method(:write_chunk)
      end
    end

    def write_as_is(part)
      send_out(@out, part)
      @out.clear
    end

    def write_chunk(part)
      size = part.bytesize
      return if size.zero?

      send_out(@out << size.to_s(16) << "\r\n", part, "\r\n")
      @out.clear
    end

    # Small parts wait for more; the total is known, so that they do not wait for long.
    def write_counted(part, length)
      room = length - @written
      @written += part.bytesize
      part = part.byteslice(0, [room, 0].max) if part.bytesize > room
      return @out << part.b if @out.bytesize + part.bytesize < COALESCED

      send_out(@out, part)
      @out.clear
    end

    def finish(length)
      if @fields.coding
        @out.empty? || send_out(@out)
        false
      elsif length
        send_out(@out) unless @out.empty?
        @written == length || lied("Content-Length is #{length}, content has #{@written} bytes")
      else
        send_out(@out << "0\r\n\r\n")
        true
      end
    end

    def lied(how)
      $stderr.write("peregrine: response cut off: #{how}\n")
      false
    end

    def send_out(*parts)
      @started = true
      @socket.write(*(JOINS ? parts.map(&:b).join : parts))
    rescue Errno::EPIPE, Errno::ECONNRESET
      raise Gone
    end
  end
end
