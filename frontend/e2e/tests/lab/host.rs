//! Threads that live on a host of the network.

use std::{
    fs::File,
    io,
    net::{Shutdown, TcpListener, TcpStream},
    os::fd::AsFd,
    thread::{self, JoinHandle},
};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// Runs `job` on a thread of this host; what it starts lives there too.
pub(crate) fn on<T: Send + 'static>(
    host: &str,
    job: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let namespace = format!("/run/netns/{host}");
    thread::spawn(move || {
        let namespace = File::open(namespace).unwrap();
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
        job()
    })
}

/// Lets the server be reached at this host's own loopback, which browsers trust like HTTPS. To be called on the host.
pub(crate) fn forward_loopback(server: (&'static str, u16)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            if let Ok(upstream) = TcpStream::connect(server) {
                pump(client.try_clone().unwrap(), upstream.try_clone().unwrap());
                pump(upstream, client);
            }
        }
    });
    origin
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let _ = to.set_nodelay(true);
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}
