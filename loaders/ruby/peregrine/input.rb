# frozen_string_literal: true

require_relative "spool"

module Peregrine
  # `rack.input` of a request whose content may still be on its way: reads as IO does, and waits for
  # what the client has not sent yet.
  class Input
    # Makes one that can be rewound, where the app's Rack demands that: before version 3.
    def self.of(content)
      (defined?(::Rack) && ::Rack.release.to_i >= 3 ? self : RewindableInput).new(content)
    end

    def initialize(content)
      @content = content
      @ahead = String.new(encoding: Encoding::BINARY)
    end

    # Returns that many bytes, fewer only at the end of the content; without a length all of it.
    def read(length = nil, buffer = nil)
      nil while (length.nil? || @ahead.bytesize < length) && fill
      give(length, buffer)
    end

    # Returns up to that many bytes as soon as there are some.
    def readpartial(length, buffer = nil)
      fill if @ahead.empty?
      give(length, buffer) || raise(EOFError, "end of content reached")
    end

    def gets
      from = 0
      until (finish = @ahead.index("\n", from))
        from = @ahead.bytesize
        return give(nil, nil).then { |rest| rest unless rest.empty? } unless fill
      end
      @ahead.slice!(0, finish + 1)
    end

    def each
      return to_enum unless block_given?

      while (line = gets)
        yield line
      end
      self
    end

    # What is left unread is thrown away when the request is over.
    def close; end

    private

    # Adds what has arrived to what is read ahead; false at the end of the content.
    def fill
      piece = @content.piece
      @ahead << piece if piece
      !piece.nil?
    end

    def give(length, buffer)
      data = @ahead.slice!(0, length || @ahead.bytesize)
      buffer&.replace(data)
      return nil if data.empty? && length&.positive?

      buffer || data
    end
  end

  # An input that keeps what was read, so that it can be read again.
  class RewindableInput < Input
    def initialize(content)
      super
      @kept = Spool.new
      @position = 0
    end

    def rewind
      @ahead.clear
      @position = 0
    end

    private

    def fill
      piece = @position < @kept.size ? @kept.read(@position, Content::PIECE) : receive
      return false unless piece

      @position += piece.bytesize
      @ahead << piece
      true
    end

    def receive
      piece = @content.piece
      @kept << piece if piece
      piece
    end
  end
end
