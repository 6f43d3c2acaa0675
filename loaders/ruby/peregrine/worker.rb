# frozen_string_literal: true

module Peregrine
  # One worker process: loads the app, opens a socket a thread, and does what the server says until
  # it says to stop or is gone.
  class Worker
    def self.start(environment)
      new(environment).run
    end

    def initialize(environment)
      @control = Control.new(environment.delete("PEREGRINE_CONTROL_SOCKET"),
                             environment.delete("PEREGRINE_TOKEN"))
      @startup_file = environment.fetch("PEREGRINE_STARTUP_FILE")
      @socket_directory = environment.fetch("PEREGRINE_SOCKET_DIR")
      @thread_count = [environment.fetch("PEREGRINE_THREADS", "1").to_i, 1].max
      @streams = environment["PEREGRINE_STREAM_CONTENT"] == "1"
      @title = "peregrine worker: #{environment["PEREGRINE_WORKER"]} " \
               "(#{environment["PEREGRINE_APP_NAME"]})"
      @slots = []
    end

    def run
      Process.setproctitle(@title)
      # From the start: a server that waits in vain asks where the app hangs.
      @listener = Thread.new { listen_to_server }
      @listener.name = "peregrine control"
      app = load_app
      serve(app)
      trap_signals
      @control.send(ready)
      @slots.each(&:join)
    end

    private

    def load_app
      @control.send(type: "step", name: "boot_loader", state: "done")
      app = @control.step("load_app") { Rackup.load(@startup_file, Dir.pwd) }
      # Only now: by now the app's own versions of these libraries are in the load path.
      require_relative "slot"
      Process.warmup if Process.respond_to?(:warmup)
      app
    rescue Exception => error # rubocop:disable Lint/RescueException
      @control.send(Failure.message(error))
      $stderr.write(Failure.full_message(error))
      exit!(1)
    end

    def serve(app)
      @control.step("listen") do
        @slots = Array.new(@thread_count) do |index|
          Slot.new(app, File.join(@socket_directory, "slot-#{index}.sock"), index,
                   multithread: @thread_count > 1, streams: @streams)
        end
        @slots.each(&:start)
      end
    end

    def ready
      {
        type: "ready", sockets: @slots.map(&:path), concurrency: @thread_count,
        protocol: "gateway", runtime: runtime, framework: Rackup.frameworks
      }
    end

    def runtime
      return "ruby #{RUBY_VERSION}" if RUBY_ENGINE == "ruby"

      "#{RUBY_ENGINE} #{RUBY_ENGINE_VERSION} (ruby #{RUBY_VERSION})"
    end

    def listen_to_server
      @control.each_message do |type, id|
        case type
        when "ping" then @control.send(type: "pong", id: id)
        when "await_slot" then @slots[id]&.when_free { @control.send(type: "slot_free", id: id) }
        when "drain" then drain
        when "stop" then stop
        when "backtraces" then @control.send(type: "backtraces", threads: backtraces)
        end
      end
      drain
    end

    def drain
      exit!(0) if @slots.empty? # the app is not even loaded
      @slots.each(&:drain)
    end

    # Ends at once, but not without the app's at_exit blocks.
    def stop
      exit!(0) if @slots.empty?
      @slots.each(&:kill)
    end

    def backtraces
      Thread.list.map do |thread|
        { name: thread.name || thread.inspect, frames: thread.backtrace || [] }
      end
    end

    # A trap may not wait for a lock, so the work is done by a thread.
    def trap_signals
      Signal.trap("TERM") { Thread.new { drain } }
      Signal.trap("INT") { Thread.new { drain } }
      # The Java virtual machine keeps this signal to itself and prints its own threads.
      Signal.trap("QUIT") { Thread.new { print_backtraces } } unless RUBY_ENGINE == "jruby"
    end

    def print_backtraces
      backtraces.each do |thread|
        $stderr.write("#{thread[:name]}\n\t#{thread[:frames].join("\n\t")}\n")
      end
    end
  end
end
