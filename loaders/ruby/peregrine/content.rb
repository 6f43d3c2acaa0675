# frozen_string_literal: true

require "stringio"

module Peregrine
  # Takes a request's content off the connection before the app is called: into memory, or into an
  # unlinked temporary file if it is long. The server has buffered it, so that this never waits long.
  module Content
    MEMORY = 131_072

    # Reads content of a known length, whose first bytes may have been read already.
    def self.read(socket, rest, length)
      data = rest || String.new(encoding: Encoding::BINARY)
      socket.ungetbyte(data.slice!(length..)) if data.bytesize > length
      return spool(socket, data, length) if length > MEMORY

      missing = length - data.bytesize
      data << read_exactly(socket, missing) if missing.positive?
      StringIO.new(data)
    end

    # Reads content in the chunked coding.
    def self.read_chunked(socket, rest)
      socket.ungetbyte(rest) if rest
      data = String.new(encoding: Encoding::BINARY)
      file = nil
      while (size = chunk_size(socket)).positive?
        data << read_exactly(socket, size)
        read_exactly(socket, 2)
        next if data.bytesize <= MEMORY

        (file ||= temporary_file).write(data)
        data.clear
      end
      skip_trailers(socket)
      return StringIO.new(data) unless file

      file.write(data)
      rewound(file)
    end

    def self.spool(socket, data, length)
      file = temporary_file
      file.write(data)
      missing = length - data.bytesize
      copied = IO.copy_stream(socket, file, missing)
      raise EOFError, "content ends early" if copied < missing

      rewound(file)
    end

    def self.temporary_file
      require "tempfile"
      file = Tempfile.new("peregrine-content")
      file.binmode
      file.unlink
      file
    end

    def self.rewound(file)
      file.rewind
      file
    end

    def self.read_exactly(socket, size)
      data = socket.read(size)
      raise EOFError, "content ends early" if data.nil? || data.bytesize < size

      data
    end

    def self.chunk_size(socket)
      line = socket.gets("\r\n", 8192)
      raise EOFError, "content ends early" unless line&.match?(/\A\h{1,16}(?:;[^\r\n]*)?\r\n\z/)

      line.hex
    end

    def self.skip_trailers(socket)
      line = socket.gets("\r\n") until line == "\r\n" || socket.closed?
    end
    private_class_method :spool, :temporary_file, :rewound, :read_exactly, :chunk_size, :skip_trailers
  end
end
