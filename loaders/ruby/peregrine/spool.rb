# frozen_string_literal: true

require "stringio"

module Peregrine
  # Bytes that are kept: in memory, or in an unlinked temporary file once they are many.
  class Spool
    MEMORY = 131_072

    attr_reader :size

    def initialize
      @data = String.new(encoding: Encoding::BINARY)
      @file = nil
      @size = 0
    end

    def <<(piece)
      @size += piece.bytesize
      move if !@file && @size > MEMORY
      (@file || @data) << piece
      self
    end

    # Returns up to `length` of the bytes from `position` on.
    def read(position, length)
      return @data.byteslice(position, length) unless @file

      @file.seek(position)
      piece = @file.read(length)
      @file.seek(0, IO::SEEK_END)
      piece
    end

    # Returns all of it, as a file at its beginning.
    def file
      return StringIO.new(@data) unless @file

      @file.rewind
      @file
    end

    private

    def move
      require "tempfile"
      @file = Tempfile.new("peregrine-content", mode: File::RDWR, binmode: true)
      @file.unlink
      @file.write(@data)
      @data = nil
    end
  end
end
