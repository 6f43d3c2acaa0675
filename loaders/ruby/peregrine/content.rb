# frozen_string_literal: true

require_relative "exits"
require_relative "spool"

module Peregrine
  # The content of one request, taken off the connection piece by piece.
  class Content
    PIECE = 65_536
    # What is read and thrown away so that a connection can be used again.
    SKIPPED = 1_048_576
    CHUNK_HEAD = /\A(\h{1,16})[ \t]*(?:;[^\r\n]*)?\z/.freeze

    # What was read beyond the content.
    attr_reader :rest

    # Takes what was read beyond the frame, and the content's length; without one it is in the
    # chunked coding (RFC 9112 section 7.1).
    def initialize(socket, rest, length)
      @socket = socket
      @rest = rest || String.new(encoding: Encoding::BINARY)
      @is_chunked = length.nil?
      @missing = length || 0
      @is_begun = false
      @is_ended = false
    end

    # Returns what has arrived, up to a limit, and waits only if that is nothing; nil at the end.
    def piece
      begin_chunk if @is_chunked && @missing.zero? && !@is_ended
      return nil if @missing.zero?

      received = @rest.empty? ? receive(@missing) : @rest.slice!(0, @missing)
      @missing -= received.bytesize
      received
    end

    # Reads all of it; returns a file to read from.
    def whole
      spool = Spool.new
      while (received = piece)
        spool << received
      end
      spool.file
    end

    # Throws away what is left. Returns whether that came to an end soon.
    def skip
      skipped = 0
      while skipped <= SKIPPED
        received = piece
        return true unless received

        skipped += received.bytesize
      end
      false
    end

    private

    def begin_chunk
      line if @is_begun # ends the chunk before
      @is_begun = true
      head = CHUNK_HEAD.match(line) || raise(Gone, "bad chunk size")
      @missing = head[1].hex
      return unless @missing.zero?

      nil until line.empty?
      @is_ended = true
    end

    def line
      @rest << receive(PIECE) until (finish = @rest.index("\r\n"))
      @rest.slice!(0, finish + 2).chomp!("\r\n")
    end

    def receive(size)
      @socket.readpartial([size, PIECE].min)
    rescue EOFError
      raise Gone, "request content ends early"
    end
  end
end
