# frozen_string_literal: true

module Peregrine
  # A field that an app must not send; the message names it, never its value.
  class BadField < StandardError; end

  # Writes the field lines of a response, and sets aside those that the loader has to act on.
  #
  # Names are looked at once: a table maps each to its written form or, if it decides how the
  # response is framed, to a symbol.
  class Fields
    ACTIVE = {
      "content-length" => :length, "transfer-encoding" => :coding, "connection" => :connection,
      "rack.hijack" => :hijack, "status" => :dropped, "keep-alive" => :dropped
    }.freeze
    MAX_NAMES = 1024

    attr_reader :length, :coding, :connection, :hijack

    def initialize
      @names = {}
    end

    # Appends the lines of all fields but the active ones; each line ends with CRLF.
    def append(out, headers)
      @length = @coding = @connection = @hijack = nil
      lines = out.count("\r")
      headers.each do |name, value|
        written = @names[name] || remember(name)
        if String === written && String === value && !value.include?("\n")
          out << written << (value.ascii_only? ? value : value.b) << "\r\n"
          lines += 1
        elsif Symbol === written
          set(written, value)
        else
          lines += append_values(out, written, value)
        end
      end
      raise BadField, "CR in the value of #{name_of_value_with("\r", headers)}" unless out.count("\r") == lines
    end

    private

    def name_of_value_with(character, headers)
      name, = headers.find { |_, value| Array(value).any? { |element| element.to_s.include?(character) } }
      name.to_s.inspect
    end

    def append_values(out, written, value)
      values = value.is_a?(Array) ? value : value.to_s.split("\n")
      values.each do |element|
        element = element.to_s
        raise BadField, "LF in the value of #{written.chomp(": ")}" if element.include?("\n")

        out << written << element.b << "\r\n"
      end
      values.size
    end

    def set(active, value)
      case active
      when :length then @length = Integer(value.to_s, 10)
      when :coding then @coding = value.to_s
      when :connection then @connection = value.to_s
      when :hijack then @hijack = value
      end
    end

    def remember(name)
      text = name.to_s
      raise BadField, "field name #{text.inspect}" if text.empty? || text.match?(/[\x00-\x20:\x7f]/n)

      @names.clear if @names.size >= MAX_NAMES
      @names[text.dup.freeze] = ACTIVE[text.downcase] || "#{text}: ".b.freeze
    end
  end
end
