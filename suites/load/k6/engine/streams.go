package engine

// An event belongs to a stream: one publisher of one part on one channel, or one client that
// whispers. Within a stream the sequence numbers rise by one, so that a subscriber can tell what
// is missing, repeated or overtaken. Streams are numbered alike in all parts of a plan: first
// those of the publishers, then those of the clients.

// stream is the number of a publisher's stream on a channel, in this part.
func (r *Run) stream(publisher int, channel uint32) uint32 {
	return r.streamOf(r.options.Part.Index, publisher, channel)
}

// streamOf is the same in another part.
func (r *Run) streamOf(part, publisher int, channel uint32) uint32 {
	return uint32((part*len(r.plan.Publishers)+publisher)*len(r.plan.Channels)) + channel
}

// whispers is the number of the first client's stream.
func (r *Run) whispers() uint32 {
	return uint32(r.options.Part.Of * len(r.plan.Publishers) * len(r.plan.Channels))
}

func (r *Run) isWhisper(stream uint32) bool { return stream >= r.whispers() }

// eventOf is the name of a stream's events.
func (r *Run) eventOf(stream uint32) string {
	if r.isWhisper(stream) {
		return whisperEvent
	}
	return r.plan.Publishers[int(stream)/len(r.plan.Channels)%len(r.plan.Publishers)].Event
}

// isOwn says whether this part publishes a stream.
func (r *Run) isOwn(stream uint32) bool {
	if r.isWhisper(stream) {
		return int(stream-r.whispers())%r.options.Part.Of == r.options.Part.Index
	}
	return int(stream)/(len(r.plan.Publishers)*len(r.plan.Channels)) == r.options.Part.Index
}

// origin is the channel of a stream, and its client's number or -1. ok is false where the plan has
// no such stream.
func (r *Run) origin(stream uint32) (channel uint32, client int, ok bool) {
	if !r.isWhisper(stream) {
		return stream % uint32(len(r.plan.Channels)), -1, true
	}
	client = int(stream - r.whispers())
	first := 0
	for g := range r.plan.Clients {
		group := &r.plan.Clients[g]
		if i := client - first; i < group.Count {
			channels := group.Channels[i%len(group.Channels)]
			if group.Whispers == nil || len(channels) == 0 {
				return 0, client, false
			}
			return channels[0], client, true
		}
		first += group.Count
	}
	return 0, client, false
}
