require 'sinatra/base'

class Menu < Sinatra::Base
  set :sessions, true
  set :session_secret, 's' * 64
  set :show_exceptions, false
  set :host_authorization, permitted_hosts: []

  get('/') { 'sinatra' }
  get('/hello/:name') { "hello #{params[:name]}" }
  post('/form') { "#{params[:dish]} for #{params[:guests]}" }
  post('/file') { "#{params[:file][:filename]} #{params[:file][:tempfile].size}" }
  get('/count') { (session[:count] = session[:count].to_i + 1).to_s }
  put('/item') { request.body.read.reverse }
  get('/away') { redirect '/' }
  get('/stream') { stream { |out| 3.times { |i| out << "#{i}\n" } } }
  get('/raise') { raise 'sinatra failed' }
end

run Menu
