# frozen_string_literal: true

require "stringio"
require_relative "content"
require_relative "input"
require_relative "response"

module Peregrine
  # One thread with one listening socket: accepts a connection, serves its requests one after the
  # other until it ends, accepts the next.
  #
  # A request is a frame: four bytes of length, four with the number of strings, then the strings, each
  # ended by NUL: the values that every request has, then names and values of the others; then its
  # content. It is read with one system call and cut up by one `unpack`.
  #
  # Frames of requests without content may follow each other. If the server hears nothing for 10 ms, it
  # ends its side, and after as long again sends those that have followed to other workers. No
  # request is begun here from then on.
  class Slot
    FRAME = 16_384
    # By number of strings: how a frame is cut up.
    TEMPLATES = Array.new(256) { |count| "x8#{"Z*" * count}".freeze }.freeze
    RACK_VERSION = [1, 3].freeze
    OTHER_VERSION = "peregrine: the server sends what this loader does not understand: they are not of one " \
                    "version; stop and start the server"
    # F_GETFL and F_SETFL; the fcntl library is a gem that the app may want in its own version.
    GET_FLAGS = 3
    SET_FLAGS = 4
    # Seconds in which two requests are answered if the server can have heard of the first in time.
    SILENCE = 0.005

    attr_reader :path

    # With `streams` the app gets content as it arrives, without it once it is whole.
    def initialize(app, path, index, multithread:, streams:)
      @app = app
      @path = path
      @index = index
      @streams = streams
      @hijack = Hijack.new
      @early_hints = EarlyHints.new
      @no_content = StringIO.new(String.new.freeze)
      @errors = $stderr
      @multithread = multithread
      @software = ENV["SERVER_SOFTWARE"] || "Peregrine"
      @response = Response.new
      @socket = nil
      @rest = nil
      @content = nil
      @busy = false
      @draining = false
      @lock = Mutex.new
      @waiter = nil
      @server = listen
    end

    def start
      @thread = Thread.new { accept_connections }
      @thread.name = "peregrine slot #{@index}"
      @thread.report_on_exception = true
    end

    def join
      @thread.join
    end

    def kill
      @thread&.kill
    end

    # Runs the block once the slot waits for a connection. May be called from any thread.
    def when_free(&block)
      @lock.synchronize { return @waiter = block if @socket }
      yield
    end

    # Lets a running request finish and takes no other. May be called from any thread.
    def drain
      return if @draining

      @draining = true
      socket = @socket
      socket.shutdown(Socket::SHUT_RD) if socket && !@busy
      UNIXSocket.new(@path).close # wakes the thread if it waits for a connection
    rescue SystemCallError, IOError
      nil
    end

    private

    def listen
      umask = File.umask(0o177)
      UNIXServer.new(@path)
    ensure
      File.umask(umask)
    end

    def accept_connections
      until @draining
        socket = blocking(accept)
        @lock.synchronize { @socket = socket }
        serve_connection(socket) unless @draining
        tell_waiter
      end
    ensure
      @server.close
    end

    # Waits until there are descriptors again, if there are none: a slot that ends is lost.
    def accept
      @server.accept
    rescue SystemCallError => error
      $stderr.write("peregrine: slot #{@index}: #{error.class}: #{error.message}\n")
      sleep 0.1
      retry
    end

    # A socket that blocks takes one system call to read where another takes two or three.
    def blocking(socket)
      return socket unless RUBY_ENGINE == "ruby"

      flags = socket.fcntl(GET_FLAGS)
      socket.fcntl(SET_FLAGS, flags & ~File::NONBLOCK)
      socket
    end

    def serve_connection(socket)
      buffer = String.new(capacity: FRAME, encoding: Encoding::BINARY)
      @turn = @turn_before = 0.0
      while !@draining && (env = read_request(socket, buffer))
        keep = serve_request(socket, env)
        keep &&= skip_content if @content
        @busy = false
        return if keep.nil?
        break unless keep
      end
      socket.close
    rescue SystemCallError, IOError
      socket.close # the server hung up
    rescue StandardError => error
      socket.close
      $stderr.write(Failure.full_message(error))
    ensure
      @rest = nil
      @content = nil
      @busy = false
    end

    def tell_waiter
      waiter = nil
      @lock.synchronize do
        @socket = nil
        waiter = @waiter
        @waiter = nil
      end
      waiter&.call
    end

    def read_request(socket, buffer)
      if @rest
        buffer.replace(@rest)
        @rest = nil
      else
        # Waiting in read would end, for nothing, each time that the server takes a piece of a response.
        socket.wait_readable
        socket.readpartial(FRAME, buffer)
      end
      @busy = true
      buffer << socket.readpartial(FRAME) while buffer.bytesize < 8
      finish = buffer.unpack1("N") + 4
      buffer << socket.readpartial(FRAME) while buffer.bytesize < finish
      rest = buffer.slice!(finish..) if buffer.bytesize > finish
      env = environment(buffer)
      late = late?
      if env.key?("CONTENT_LENGTH") || env.key?("HTTP_TRANSFER_ENCODING")
        read_content(socket, env, rest)
      else
        @rest = rest
        return if late && withdrawn?(socket)
      end
      env
    rescue EOFError
      nil
    end

    # Whether the server may have heard nothing for long, as the turn before the last one is long ago.
    def late?
      before = @turn_before
      @turn_before = @turn
      @turn = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      @turn - before > SILENCE
    end

    # Reads the frames that have arrived and returns whether the server has ended its side.
    def withdrawn?(socket)
      while String === (frames = socket.recv_nonblock(FRAME, exception: false))
        return true if frames.empty?

        @rest = (@rest || String.new(encoding: Encoding::BINARY)) << frames
      end
      frames.nil?
    end

    def environment(frame)
      count = frame.unpack1("x4N")
      method, target, path, query, server, port, protocol, address, remote_port, client, scheme, id, start, *others =
        frame.unpack(TEMPLATES[count] || template(count, frame))
      env = {
        "REQUEST_METHOD" => method, "REQUEST_URI" => target, "SCRIPT_NAME" => "", "PATH_INFO" => path,
        "QUERY_STRING" => query, "SERVER_NAME" => server, "SERVER_PORT" => port, "SERVER_PROTOCOL" => protocol,
        "SERVER_SOFTWARE" => @software, "REMOTE_ADDR" => address, "REMOTE_PORT" => remote_port,
        "HTTP_X_FORWARDED_FOR" => client, "HTTP_X_FORWARDED_PROTO" => scheme, "HTTP_X_REQUEST_ID" => id,
        "HTTP_X_REQUEST_START" => start, "rack.version" => RACK_VERSION, "rack.url_scheme" => scheme,
        "rack.errors" => @errors, "rack.multithread" => @multithread, "rack.multiprocess" => true,
        "rack.run_once" => false, "rack.hijack?" => true, "rack.hijack" => @hijack,
        "rack.early_hints" => @early_hints, "rack.input" => @no_content, "rack.response_finished" => []
      }
      at = 0
      while (name = others[at])
        env[name] = others[at + 1]
        at += 2
      end
      env
    end

    # Returns how a frame of many strings is cut up.
    def template(count, frame)
      raise OTHER_VERSION if count > frame.bytesize

      "x8#{"Z*" * count}"
    end

    def read_content(socket, env, rest)
      length = env["CONTENT_LENGTH"]
      env.delete("HTTP_TRANSFER_ENCODING")
      content = Content.new(socket, rest, length&.to_i)
      if @streams
        @content = content
        env["rack.input"] = Input.of(content)
      else
        env["rack.input"] = content.whole
        keep_rest(content)
      end
    end

    # Returns whether the connection can take another request.
    def skip_content
      content = @content
      @content = nil
      content.skip && keep_rest(content)
    end

    def keep_rest(content)
      @rest = content.rest unless content.rest.empty?
      true
    end

    # Returns whether the connection can take another request; nil if it is the app's from now on.
    def serve_request(socket, env)
      @hijack.prepare(socket, env)
      @early_hints.prepare(socket)
      @response.prepare(socket)
      finished = env["rack.response_finished"]
      begin
        status, headers, body = @app.call(env)
        keep = @hijack.taken? ? nil : @response.write(env, status, headers, body)
      rescue Exception => error # rubocop:disable Lint/RescueException
        keep = fail(env, error)
      end
      close(env, body) unless Array === body
      tell(finished, env, status, headers, error) unless finished.empty?
      keep
    end

    def fail(env, error)
      return false if error.is_a?(Gone)

      log(env, error)
      return nil if @hijack.taken?

      !@response.started? && @response.write_error(error, env)
    rescue Gone
      false
    end

    def close(env, body)
      body.close if body.respond_to?(:close)
    rescue Exception => error # rubocop:disable Lint/RescueException
      log(env, error)
    end

    def tell(finished, env, status, headers, error)
      finished.reverse_each do |callable|
        callable.call(env, status, headers, error)
      rescue Exception => failure # rubocop:disable Lint/RescueException
        log(env, failure)
      end
    end

    def log(env, error)
      $stderr.write("#{env["REQUEST_METHOD"]} #{env["REQUEST_URI"]}: #{Failure.full_message(error)}")
    end
  end
end
