# A Rails app in one file.
require 'logger'
require 'rails'
require 'action_controller/railtie'

class Kitchen < Rails::Application
  config.root = __dir__
  config.eager_load = true
  config.cache_classes = true
  config.secret_key_base = 's' * 64
  config.hosts.clear
  config.logger = Logger.new($stdout)
  config.log_level = :warn
  config.consider_all_requests_local = false
  config.session_store :cookie_store, key: '_kitchen'

  routes.append do
    root to: 'dishes#root'
    get '/hello/:name', to: 'dishes#hello'
    post '/form', to: 'dishes#form'
    post '/file', to: 'dishes#file'
    get '/count', to: 'dishes#count'
    put '/item', to: 'dishes#item'
    get '/away', to: 'dishes#away'
    get '/stream', to: 'dishes#stream'
    get '/raise', to: 'dishes#fail'
  end
end

class DishesController < ActionController::Base

  def root = render(plain: 'rails')
  def hello = render(plain: "hello #{params[:name]}")
  def form = render(plain: "#{params[:dish]} for #{params[:guests]}")
  def file = render(plain: "#{params[:file].original_filename} #{params[:file].size}")
  def count = render(plain: (session[:count] = session[:count].to_i + 1).to_s)
  def item = render(plain: request.raw_post.reverse)
  def away = redirect_to('/')
  def fail = raise('rails failed')

  def stream
    headers['Last-Modified'] = Time.now.httpdate
    self.response_body = Enumerator.new { |out| 3.times { |i| out << "#{i}\n" } }
  end
end

Kitchen.initialize!
run Kitchen
