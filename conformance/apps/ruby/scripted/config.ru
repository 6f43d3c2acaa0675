# frozen_string_literal: true

# The scripted app (see python/scripted) in Rack.
require "json"
require "time"

DIRECTORY = ENV.fetch("SCRIPTS")

Script = Struct.new(:name, :replies, :asked, :validators) do
  def next(request)
    self.asked += 1
    File.write(File.join(DIRECTORY, "#{name}.asked"), "#{JSON.generate({ number: asked, **request })}\n", mode: "a")
    reply = { "status" => 200, "content" => "response #{asked} of #{name}" }.merge(replies[[asked, replies.size].min - 1])
    reply["fields"] = (reply["fields"] || []).map { |field, value| [field, value_of(value)] }
    reply["validates"] ? validate(reply, request) : remember(reply)
    reply
  end

  def value_of(value)
    value.start_with?("@") ? (Time.now + value[1..].to_i).httpdate : value
  end

  def validate(reply, request)
    given = request[:fields].to_h { |field, value| [field.downcase, value] }
    kept = validators.select { |field, _| given.key?(field) }.map { |field, value| given[field] == value }
    reply["status"] = kept.any? && kept.all? ? 304 : 999
    reply["content"] = reply["status"] == 304 ? "" : "not what was sent: #{validators}"
  end

  def remember(reply)
    reply["fields"].each do |field, value|
      validators["if-none-match"] = value if field.casecmp?("etag")
      validators["if-modified-since"] = value if field.casecmp?("last-modified")
    end
  end
end

scripts = {}

run lambda { |env|
  target = env["REQUEST_URI"] || env["PATH_INFO"]
  name = target.split("?").first.split("/")[1].to_s
  path = File.join(DIRECTORY, name)
  next [200, { "content-type" => "text/plain" }, ["ready\n"]] if name.empty? || !File.exist?(path)

  fields = env.filter_map { |field, value| [field.delete_prefix("HTTP_").tr("_", "-"), value] if field.start_with?("HTTP_") }
  request = { method: env["REQUEST_METHOD"], target: target, fields: fields, content: env["rack.input"].read }
  script = scripts[name] ||= Script.new(name, JSON.parse(File.read(path)), 0, {})
  reply = script.next(request)
  sleep(reply["delay"] / 1000.0) if reply["delay"]
  lines = reply["fields"].group_by(&:first).transform_values { |values| values.map(&:last).join("\n") }
  [reply["status"], lines, [304, 204].include?(reply["status"]) ? [] : [reply["content"]]]
}
