# frozen_string_literal: true

module Peregrine
  # Raised when the server has hung up while a response is written to it.
  class Gone < IOError; end

  # `rack.hijack` of the requests of one slot: hands the connection over to the app.
  class Hijack
    def prepare(socket, env)
      @socket = socket
      @env = env
      @taken = false
    end

    def call
      raise IOError, "rack.hijack: the request is over" unless @socket

      @taken = true
      @env["rack.hijack_io"] = Hijack.release(@socket, @env)
    end

    def taken?
      @taken
    end

    # Makes a socket as an app expects it to be: without the requests that have arrived behind its
    # own, which the server sends elsewhere. None do behind an upgrade or one with content.
    def self.release(socket, env)
      if %w[GET HEAD].include?(env["REQUEST_METHOD"]) && !env["HTTP_UPGRADE"] && !env["CONTENT_LENGTH"]
        nil until [:wait_readable, "", nil].include?(socket.recv_nonblock(Slot::FRAME, exception: false))
      end
      return socket unless RUBY_ENGINE == "ruby"

      socket.fcntl(Slot::SET_FLAGS, socket.fcntl(Slot::GET_FLAGS) | File::NONBLOCK)
      socket
    end
  end

  # `rack.early_hints` of the requests of one slot: sends a 103 response at once.
  class EarlyHints
    def initialize
      @fields = Fields.new
    end

    def prepare(socket)
      @socket = socket
    end

    def call(headers)
      return unless @socket

      out = String.new("HTTP/1.1 103 Early Hints\r\n", encoding: Encoding::BINARY)
      @fields.append(out, headers)
      @socket.write(out << "\r\n")
    rescue Errno::EPIPE, Errno::ECONNRESET
      nil
    end
  end

  # What a streaming body writes the content of its response to, and reads the request's from.
  class Stream
    def initialize(input, &write)
      @input = input
      @write = write
      @closed = false
    end

    def read(...)
      @input.read(...)
    end

    def write(*parts)
      raise IOError, "closed stream" if @closed

      parts.sum do |part|
        part = part.to_s
        @write.call(part)
        part.bytesize
      end
    end

    def <<(part)
      write(part)
      self
    end

    def flush
      self
    end

    def close(_error = nil)
      @closed = true
      nil
    end
    alias close_write close

    def close_read; end

    def closed?
      @closed
    end
  end
end
