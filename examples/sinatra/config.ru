# frozen_string_literal: true

# A Sinatra app; needs the gem sinatra (Debian: ruby-sinatra).

require "sinatra/base"

class Greeter < Sinatra::Base
  get "/" do
    "Hello from Sinatra #{Sinatra::VERSION}\n"
  end

  get "/greet/:name" do
    content_type :text
    "Hello, #{params["name"]}\n"
  end

  # Sends one number a second, as server-sent events.
  get "/clock" do
    content_type "text/event-stream"
    stream do |out|
      5.times do |tick|
        out << "data: #{tick}\n\n"
        sleep 1
      end
    end
  end
end

run Greeter
