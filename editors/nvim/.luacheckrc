std = 'luajit'
cache = true
max_line_length = 120
read_globals = { 'MiniTest' }
globals = { 'vim' }
