//! The reference of the server's benchmarks: a relay on actix-ws without any rule.
//!
//! `GET /ws/{room}`: the first frame of a socket is its announcement. It gets those of the others, they get its own,
//! and from then on each of its frames goes as it is to the one who came next (the last one's to the first). Nothing is
//! parsed, limited, timed or counted.
//!
//! Usage: `bare-relay PORT`

#![expect(
    clippy::unwrap_used,
    reason = "a reference that cannot go on should stop"
)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use actix_ws::{Message, MessageStream, Session};
use bytestring::ByteString;
use futures_util::StreamExt;

/// The sockets of one room in the order in which they came.
#[derive(Default)]
struct Room(Mutex<Vec<Member>>);

struct Member {
    announcement: ByteString,
    session: Session,
}

type Rooms = Mutex<HashMap<String, Arc<Room>>>;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap().parse::<u16>().unwrap();
    let rooms = web::Data::new(Rooms::default());
    HttpServer::new(move || {
        App::new()
            .app_data(rooms.clone())
            .route("/ws/{room}", web::get().to(open))
    })
    .tcp_nodelay(true)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}

async fn open(
    request: HttpRequest,
    payload: web::Payload,
    room: web::Path<String>,
    rooms: web::Data<Rooms>,
) -> actix_web::Result<HttpResponse> {
    let (answer, session, messages) = actix_ws::handle(&request, payload)?;
    let room = Arc::clone(rooms.lock().unwrap().entry(room.into_inner()).or_default());
    actix_web::rt::spawn(talk(room, session, messages));
    Ok(answer)
}

async fn talk(room: Arc<Room>, session: Session, mut messages: MessageStream) {
    let Some(Ok(Message::Text(announcement))) = messages.next().await else {
        return;
    };
    let place = join(&room, session, announcement).await;
    let mut next = None;
    while let Some(Ok(Message::Text(frame))) = messages.next().await {
        if next.is_none() {
            next = Some(room.after(place));
        }
        if let Some(next) = &mut next
            && next.text(frame).await.is_err()
        {
            break;
        }
    }
}

async fn join(room: &Room, mut session: Session, announcement: ByteString) -> usize {
    let mut others = Vec::new();
    let mut known = String::from("[");
    let place = {
        let mut members = room.0.lock().unwrap();
        for member in members.iter() {
            known += &member.announcement;
            others.push(member.session.clone());
        }
        members.push(Member {
            announcement: announcement.clone(),
            session: session.clone(),
        });
        members.len() - 1
    };
    known.push(']');
    let _ = session.text(known).await;
    for mut other in others {
        let _ = other.text(announcement.clone()).await;
    }
    place
}

impl Room {
    fn after(&self, place: usize) -> Session {
        let members = self.0.lock().unwrap();
        let next = members.get(place + 1).or(members.first()).unwrap();
        next.session.clone()
    }
}
