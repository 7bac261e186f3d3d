//! Where clients connect, and what serves each connection.
//!
//! actix-web's `HttpServer` takes tokio's TCP streams, and a client's stream must be one that can be ended from outside
//! ([`ClientStream`]). So its parts are put together here instead.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_http::{HttpService, error::DispatchError};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_tls::accept::{
    TlsError,
    rustls_0_23::{Acceptor, TlsStream},
};
use actix_web::{App, dev::AppConfig, middleware, rt::net::TcpStream};
use rustls::ServerConfig;
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    connection::ClientStream,
    http::{self, deadline},
    room::RegistryData,
    shared::SharedData,
};

/// How many clients the system lets wait until they are taken.
const BACKLOG: i32 = 1_024;

/// For closing in good order, once the last answer is written.
const CLOSING: Duration = Duration::from_secs(1);

/// What every connection of a listener has.
#[derive(Clone)]
struct Listener {
    stopping: GracefulShutdownSignal,
    shared: SharedData,
    registry: RegistryData,
}

/// Has a server listen on each of `addresses`, with a certificate for nothing but TLS. Gives the addresses with the ports
/// that the system chose.
///
/// # Errors
///
/// An address is taken, not this machine's, or not allowed.
pub(crate) fn listen(
    mut server: ServerBuilder,
    addresses: &[SocketAddr],
    tls: Option<&ServerConfig>,
    (shared, registry): &(SharedData, RegistryData),
) -> io::Result<(ServerBuilder, Vec<SocketAddr>)> {
    let mut bound = Vec::new();
    for &address in addresses {
        let socket = bind(address)?;
        bound.push(socket.local_addr()?);
        let listener = Listener {
            stopping: server.graceful_shutdown_signal(),
            shared: shared.clone(),
            registry: registry.clone(),
        };
        server = match tls.cloned() {
            None => server.listen("http", socket, move || listener.plain())?,
            Some(config) => {
                server.listen("https", socket, move || listener.over_tls(config.clone()))?
            }
        };
    }
    Ok((server, bound))
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // A server that starts anew need not wait for connections of the last one; on Windows it means something else.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

impl Listener {
    fn plain(
        &self,
    ) -> impl ServiceFactory<
        TcpStream,
        Config = (),
        Response = (),
        Error = DispatchError,
        InitError = (),
    > + use<> {
        let http = self.http(|stream: &ClientStream| stream);
        fn_service(|tcp| async {
            let stream = ClientStream::new(tcp);
            let peer = stream.peer_addr();
            Ok((stream, peer))
        })
        .and_then(http)
    }

    fn over_tls(
        &self,
        mut config: ServerConfig,
    ) -> impl ServiceFactory<
        TcpStream,
        Config = (),
        Response = (),
        Error = TlsError<io::Error, DispatchError>,
        InitError = (),
    > + use<> {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let http = self.http(below_tls);
        fn_service(|tcp| async { Ok(ClientStream::new(tcp)) })
            .and_then(Acceptor::new(config).map_err(TlsError::into_service_error))
            .and_then(fn_service(|stream| async {
                let peer = below_tls(&stream).peer_addr();
                Ok((stream, peer))
            }))
            .and_then(http.map_err(TlsError::Service))
    }

    /// Requests and answers, on whatever leads to a client's stream.
    fn http<T: AsyncRead + AsyncWrite + Unpin + 'static>(
        &self,
        client: fn(&T) -> &ClientStream,
    ) -> impl ServiceFactory<
        (T, Option<SocketAddr>),
        Config = (),
        Response = (),
        Error = DispatchError,
        InitError = (),
    > + use<T> {
        let app = App::new()
            .app_data(self.shared.clone())
            .app_data(self.registry.clone())
            .configure(http::routes)
            .wrap(middleware::from_fn(http::headers::add))
            .wrap(middleware::from_fn(deadline::put_off));
        let stopping = self.stopping.clone();
        let app = app.into_factory().map_err(|error| error.error_response());
        HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .client_request_timeout(deadline::FIRST_REQUEST)
            .keep_alive(deadline::KEEP_ALIVE)
            .client_disconnect_timeout(CLOSING)
            .on_connect_ext(move |stream, extensions| {
                let abort = client(stream).abort();
                deadline::start(abort.clone(), extensions);
                extensions.insert(abort);
            })
            // Nothing here asks under which name it is served.
            .h1(map_config(app, |()| AppConfig::default()))
    }
}

fn below_tls(stream: &TlsStream<ClientStream>) -> &ClientStream {
    stream.get_ref().0
}
