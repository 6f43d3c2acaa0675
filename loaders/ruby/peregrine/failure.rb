# frozen_string_literal: true

module Peregrine
  # Tells people and the server about an exception.
  module Failure
    LOADER = File.dirname(__dir__)

    # Returns the `error` message for an app that could not be loaded.
    def self.message(error)
      {
        type: "error", category: category(error), summary: summary(error),
        details: error.message.to_s, backtrace: backtrace(error)
      }
    end

    # Returns an exception and its causes as Ruby itself would print them.
    def self.full_message(error)
      error.full_message(highlight: false, order: :top)
    rescue StandardError
      "#{error.class}: #{error.message}\n"
    end

    # Returns the backtrace as far as it is the app's own.
    def self.backtrace(error)
      frames = error.backtrace.to_a.dup
      own = frames.take_while { |frame| !frame.start_with?(LOADER) }
      frames = own unless own.empty?
      frames.unshift(error.message[/\A.+?:\d+/]) if error.is_a?(SyntaxError)
      frames.compact
    end

    def self.category(error)
      case error
      when LoadError then "missing_dependency"
      when SyntaxError then "syntax_error"
      else
        error.class.name.to_s.start_with?("Bundler::") ? "missing_dependency" : "app_error"
      end
    end

    def self.summary(error)
      return "the app ended itself with exit status #{error.status} while it was loaded" if
        error.is_a?(SystemExit)

      line = error.message.to_s.lines.map(&:strip).find { |text| !text.empty? }
      "#{error.class}: #{line}"
    end
    private_class_method :category, :summary
  end
end
