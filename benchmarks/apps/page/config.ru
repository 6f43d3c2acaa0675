# frozen_string_literal: true

# A list of issues as a project tracker shows it: four tables in SQLite, a layout, partials, links,
# dates and text with markup, as a Rails app in production makes it. Everybody without a session
# sees the same.
require "logger"
require "tmpdir"
require "rails"
require "active_record/railtie"
require "action_controller/railtie"

ROWS = 12

class Tracker < Rails::Application
  config.root = __dir__
  config.eager_load = true
  config.cache_classes = true
  config.secret_key_base = "s" * 64
  config.hosts.clear
  config.logger = Logger.new($stdout)
  config.log_level = :warn
  config.consider_all_requests_local = false
  config.session_store :cookie_store, key: "_tracker"
  config.paths["app/views"] = [File.join(__dir__, "views")]

  routes.append do
    root to: "issues#index"
    get "/count", to: "issues#count"
    resources :issues, only: %i[index show]
    resources :people, only: :show
  end
end

directory = Dir.mktmpdir("tracker")
at_exit { FileUtils.remove_entry(directory, true) }
ENV["DATABASE_URL"] = "sqlite3:#{directory}/tracker.db"
Tracker.initialize!

class Person < ActiveRecord::Base
  has_many :issues
end

class Label < ActiveRecord::Base
end

class Comment < ActiveRecord::Base
  belongs_to :issue
end

class Issue < ActiveRecord::Base
  belongs_to :person
  has_many :comments
  has_and_belongs_to_many :labels
end

class IssuesController < ActionController::Base
  layout "tracker"
  @@made = 0

  def index
    @@made += 1
    @issues = Issue.includes(:person, :labels, :comments).order(updated_at: :desc).limit(ROWS)
    @open = Issue.where(state: "open").count
    @people = Person.order(:name)
    request.session_options[:skip] = true
    expires_in 1.hour, public: true
  end

  def count
    response.headers["Cache-Control"] = "no-store"
    render plain: @@made.to_s, layout: false
  end
end

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:people) { |t| t.string :name }
  create_table(:labels) { |t| t.string :name }
  create_table(:issues) do |t|
    t.string :title, :state
    t.text :description
    t.references :person
    t.timestamps
  end
  create_table(:comments) do |t|
    t.references :issue
    t.text :content
    t.timestamps
  end
  create_join_table :issues, :labels
end

words = %w[cache store fresh stale lease worker queue drain spawn loop field token range method target]
random = Random.new(7)
people = Array.new(12) { |i| Person.create!(name: "#{words[i].capitalize} #{words[-i].capitalize}son") }
labels = words.first(8).map { |word| Label.create!(name: word) }
200.times do |i|
  text = Array.new(30) { words.sample(random: random) }.join(" ")
  issue = Issue.create!(title: "#{words.sample(random: random).capitalize} does not #{words.sample(random: random)} (#{i})",
                        state: i.even? ? "open" : "closed", description: "*#{text}*, <b>now</b>",
                        person: people.sample(random: random), labels: labels.sample(3, random: random))
  random.rand(4).times { issue.comments.create!(content: text.reverse) }
end

run Tracker
