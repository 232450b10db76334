<?php

// config/reverb.php of the Laravel application that targets/reverb.yaml --start installs: one server
// with Reverb's own defaults, and the apps of the JSON file that REVERB_APPS_FILE names.
return [
    'default' => 'reverb',

    'servers' => [
        'reverb' => [
            'host' => env('REVERB_SERVER_HOST', '127.0.0.1'),
            'port' => env('REVERB_SERVER_PORT', 8080),
            'path' => env('REVERB_SERVER_PATH', ''),
            'hostname' => env('REVERB_HOST'),
            'options' => ['tls' => []],
            'max_request_size' => env('REVERB_MAX_REQUEST_SIZE', 10_000),
            'scaling' => ['enabled' => false],
            'pulse_ingest_interval' => 15,
            'telescope_ingest_interval' => 15,
        ],
    ],

    'apps' => [
        'provider' => 'config',
        'apps' => array_map(
            fn (array $app) => $app + [
                'options' => [],
                'allowed_origins' => ['*'],
                'ping_interval' => 60,
                'activity_timeout' => 30,
                'max_connections' => null,
                'max_message_size' => 10_000,
                'accept_client_events_from' => 'members',
                'rate_limiting' => ['enabled' => false],
            ],
            json_decode(file_get_contents(env('REVERB_APPS_FILE')), associative: true, flags: JSON_THROW_ON_ERROR),
        ),
    ],
];
