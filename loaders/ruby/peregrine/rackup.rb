# frozen_string_literal: true

module Peregrine
  # Loads a Rack app from its startup file: with the builder of the installed rack or, where there
  # is none, with an own one that knows `use`, `run`, `map`, `warmup` and `freeze_app`.
  module Rackup
    FRAMEWORKS = %w[rack rails sinatra hanami roda grape padrino].freeze

    def self.load(file, root)
      set_up_bundler(root)
      $LOAD_PATH.unshift(root) unless $LOAD_PATH.include?(root)
      return load_with_rack(file) if rack?
      return constant_of(file) if file.end_with?(".rb")

      Builder.evaluate(file)
    end

    # Returns the names and versions of what the app is made with, such as "rack 2.2.22".
    def self.frameworks
      return "" unless defined?(Gem.loaded_specs)

      FRAMEWORKS.filter_map { |name| Gem.loaded_specs[name]&.then { |gem| "#{name} #{gem.version}" } }
                .join(", ")
    end

    def self.set_up_bundler(root)
      gemfile = ENV["BUNDLE_GEMFILE"]
      unless gemfile && !gemfile.empty?
        return unless %w[Gemfile.lock gems.locked].any? { |name| File.file?(File.join(root, name)) }
      end
      require "bundler"
      Bundler.setup
    end

    def self.rack?
      require "rack"
      require "rack/builder"
      true
    rescue LoadError => error
      raise unless error.path.to_s.start_with?("rack")

      false
    end

    # Rack 2 returns the app and its options, Rack 3 the app.
    def self.load_with_rack(file)
      result = ::Rack::Builder.parse_file(file)
      result.is_a?(Array) ? result.first : result
    end

    def self.constant_of(file)
      require file
      name = File.basename(file, ".rb").split("_").map(&:capitalize).join
      Object.const_get(name)
    end
    private_class_method :set_up_bundler, :rack?, :load_with_rack, :constant_of

    # Evaluates `config.ru` without rack.
    class Builder
      def self.evaluate(file)
        source = File.read(file, encoding: "UTF-8").sub(/\A\uFEFF/, "").sub(/^__END__$.*/m, "")
        builder = new
        builder.instance_eval(source, file, 1)
        builder.to_app
      end

      def initialize(&block)
        @middleware = []
        @mounts = nil
        @app = nil
        @warmup = nil
        @freezes = false
        instance_eval(&block) if block
      end

      def use(middleware, *arguments, &block)
        mount_as_middleware if @mounts
        @middleware << ->(app) { middleware.new(app, *arguments, &block) }
      end
      ruby2_keywords(:use) if respond_to?(:ruby2_keywords, true)

      def run(app = nil, &block)
        @app = app || block
      end

      def map(path, &block)
        (@mounts ||= {})[path] = block
      end

      def warmup(callable = nil, &block)
        @warmup = callable || block
      end

      def freeze_app
        @freezes = true
      end

      def to_app
        app = @mounts ? Mounts.new(built_mounts, @app) : @app
        raise "config.ru: no app (expected run APP or map PATH)" unless app

        app = @middleware.reverse.inject(app) { |inner, middleware| middleware[inner] }
        app.freeze if @freezes
        @warmup&.call(app)
        app
      end

      def call(env)
        to_app.call(env)
      end

      private

      def mount_as_middleware
        mounts = built_mounts
        @middleware << ->(app) { Mounts.new(mounts, app) }
        @mounts = nil
      end

      def built_mounts
        @mounts.transform_values { |block| Builder.new(&block).to_app }
      end
    end

    # Sends a request to the app that is mounted at the longest prefix of its path.
    class Mounts
      NOT_FOUND = [404, { "content-type" => "text/plain", "x-cascade" => "pass" }, ["Not Found"]].freeze

      def initialize(apps, default)
        @apps = apps.transform_keys { |path| path.chomp("/") }
                    .sort_by { |path, _| -path.bytesize }
        @default = default || ->(_) { NOT_FOUND }
      end

      def call(env)
        path = env["PATH_INFO"]
        prefix, app = @apps.find { |mount, _| path.start_with?(mount) && [nil, "/"].include?(path[mount.size]) }
        return @default.call(env) unless app

        script_name = env["SCRIPT_NAME"]
        begin
          env["SCRIPT_NAME"] = script_name + prefix
          env["PATH_INFO"] = path[prefix.size..]
          app.call(env)
        ensure
          env["SCRIPT_NAME"] = script_name
          env["PATH_INFO"] = path
        end
      end
    end
  end
end
