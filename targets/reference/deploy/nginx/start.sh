#!/bin/sh
# On the first start: a private authority and a certificate of it, in the volume. Then nginx.
set -eu
cd /var/tmp
if [ ! -s server.pem ]; then
  umask 077
  key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
  openssl req -x509 $key -days 3650 -subj "/CN=Plumbline private authority" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout authority.key -out authority.pem
  openssl req $key -subj "/CN=localhost" -keyout server.key -out server.csr
  printf 'subjectAltName=DNS:localhost,DNS:proxy,IP:127.0.0.1%s\nextendedKeyUsage=serverAuth\n' \
    "${CERTIFICATE_NAMES:+,$CERTIFICATE_NAMES}" >server.ext
  openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
    -days 397 -extfile server.ext -out server.new
  chmod 644 authority.pem
  mv server.new server.pem
fi
exec nginx -c /deploy/nginx/compose.conf -g 'daemon off;'
