# frozen_string_literal: true

require "stringio"

module Peregrine
  # Takes a request's content off the connection before the app is called: into memory, or into an
  # unlinked temporary file if it is long. The server has buffered it, so that this never waits long.
  class Content
    MEMORY = 131_072
    PIECE = 65_536
    CHUNK_HEAD = /\A\h{1,16}(?:[ \t]*;[^\r\n]*)?\z/.freeze

    # What was read beyond the content.
    attr_reader :rest

    # Takes what was read beyond the frame.
    def initialize(socket, rest)
      @socket = socket
      @rest = rest || String.new(encoding: Encoding::BINARY)
      @data = String.new(encoding: Encoding::BINARY)
      @file = nil
    end

    # Reads content of a known length; returns it as a file to read from.
    def read(length)
      transfer(length)
      input
    end

    # Reads content in the chunked coding (RFC 9112 section 7.1).
    def read_chunked
      while (size = chunk_size).positive?
        transfer(size)
        line
      end
      nil until line.empty?
      input
    end

    private

    def transfer(size)
      spool if !@file && @data.bytesize + size > MEMORY
      taken = @rest.slice!(0, size)
      (@file || @data) << taken
      missing = size - taken.bytesize
      return unless missing.positive?
      return @data << exactly(missing) unless @file

      raise EOFError, "content ends early" if IO.copy_stream(@socket, @file, missing) < missing
    end

    def exactly(size)
      data = @socket.read(size)
      raise EOFError, "content ends early" if data.nil? || data.bytesize < size

      data
    end

    def chunk_size
      head = line
      raise EOFError, "bad chunk size" unless head.match?(CHUNK_HEAD)

      head.hex
    end

    def line
      @rest << @socket.readpartial(PIECE) until (finish = @rest.index("\r\n"))
      @rest.slice!(0, finish + 2).chomp!("\r\n")
    end

    def spool
      require "tempfile"
      @file = Tempfile.new("peregrine-content", mode: File::RDWR, binmode: true)
      @file.unlink
      @file.write(@data)
    end

    def input
      return StringIO.new(@data) unless @file

      @file.rewind
      @file
    end
  end
end
