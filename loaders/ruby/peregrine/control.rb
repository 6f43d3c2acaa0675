# frozen_string_literal: true

module Peregrine
  # The control connection: JSON lines to and from the server. Its end is the server's end.
  class Control
    def initialize(path, token)
      @socket = UNIXSocket.new(path)
      @mutex = Mutex.new
      send(hello: token, pid: Process.pid)
    end

    # Sends one message. A server that is gone is noticed by whoever reads.
    def send(message)
      line = "#{JSON.generate(message)}\n"
      @mutex.synchronize { @socket.write(line) }
    rescue SystemCallError, IOError
      nil
    end

    # Reports that a step of the start has begun, runs it, and reports how it ended.
    def step(name)
      send(type: "step", name: name, state: "begin")
      result = yield
      send(type: "step", name: name, state: "done")
      result
    rescue Exception # rubocop:disable Lint/RescueException
      send(type: "step", name: name, state: "error")
      raise
    end

    # Yields the type and the id of each message until the connection ends.
    def each_message
      while (line = @socket.gets)
        yield line[/"type"\s*:\s*"(\w+)"/, 1], line[/"id"\s*:\s*(\d+)/, 1].to_i
      end
    rescue SystemCallError, IOError
      nil
    end
  end
end
