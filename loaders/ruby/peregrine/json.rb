# frozen_string_literal: true

module Peregrine
  # Writes the few shapes of JSON that a worker sends. (The json library is a gem that the app may
  # want in a version of its own.)
  module JSON
    ESCAPES = {
      '"' => '\"', "\\" => "\\\\", "\n" => '\n', "\r" => '\r', "\t" => '\t'
    }.freeze

    def self.generate(value)
      case value
      when Hash then "{#{value.map { |name, member| "#{quote(name.to_s)}:#{generate(member)}" }.join(",")}}"
      when Array then "[#{value.map { |element| generate(element) }.join(",")}]"
      when Integer, true, false then value.to_s
      when nil then "null"
      else quote(value.to_s)
      end
    end

    def self.quote(text)
      text = utf8(text)
      %("#{text.gsub(/["\\\u0000-\u001f\u007f\u2028\u2029]/) { |c| ESCAPES[c] || format('\u%04x', c.ord) }}")
    end

    def self.utf8(text)
      return text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace) unless
        text.encoding == Encoding::BINARY || text.encoding == Encoding::UTF_8

      text.dup.force_encoding(Encoding::UTF_8).scrub
    end
    private_class_method :utf8
  end
end
