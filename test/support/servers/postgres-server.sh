# Guards the PostgreSQL of a test: its arguments are a folder, the programs' folder and a port. Each line that it reads
# starts the server, and it answers with the server's process ID. When its input ends, and be it because the test was
# killed, it ends the server and removes the folder.
folder=$1 programs=$2 port=$3

"$programs/initdb" --pgdata="$folder/data" --username=holdfast --pwfile="$folder/password" --auth=scram-sha-256 \
  --encoding=UTF8 --locale=C --no-sync >&2 &&
  while read -r _; do
    # One that has crashed stays in the table of processes until then, and its process ID locks the data.
    wait
    # A killed process takes nothing along that the system already has, so nothing need reach the disk: what was
    # committed survives a kill, as it survives a power cut with fsync on. synchronous_commit must stay on, since
    # without it a commit is answered before the system has it.
    "$programs/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c fsync=off -c shared_buffers=16MB -c max_connections=50 >&2 &
    echo $!
  done

# At once: nobody needs the data any more.
[ -z "$!" ] || kill -QUIT $!
wait
cd /
rm -rf "$folder"
