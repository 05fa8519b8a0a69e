package alignment

// group is a set of sessions and log connections that contend for each other,
// and no others.
type group struct {
	talks  []*talk
	traces []*trace
	edges  []edge
	a      *aligner
}

// groupsOf parts edges into groups that share nothing, in the order of the
// edges.
func groupsOf(edges []edge) []*group {
	u := union{}
	for i := range edges { // a place of 0 is none
		e := &edges[i]
		if e.talk.place == 0 {
			e.talk.place = u.add() + 1
		}
		if e.trace.place == 0 {
			e.trace.place = u.add() + 1
		}
		u.join(e.talk.place-1, e.trace.place-1)
	}
	byRoot := make([]*group, len(u.parent))
	placed := make([]bool, len(u.parent))
	var list []*group
	for i := range edges {
		e := &edges[i]
		s, c := e.talk.place-1, e.trace.place-1
		root := u.root(s)
		g := byRoot[root]
		if g == nil {
			g = new(group)
			byRoot[root] = g
			list = append(list, g)
		}
		g.edges = append(g.edges, *e)
		if !placed[s] {
			placed[s] = true
			g.talks = append(g.talks, e.talk)
		}
		if !placed[c] {
			placed[c] = true
			g.traces = append(g.traces, e.trace)
		}
	}
	for i := range edges {
		edges[i].talk.place, edges[i].trace.place = 0, 0
	}
	return list
}

// union is a union-find over small integers.
type union struct{ parent []int }

func (u *union) add() int {
	u.parent = append(u.parent, len(u.parent))
	return len(u.parent) - 1
}

func (u *union) root(i int) int {
	for u.parent[i] != i {
		u.parent[i] = u.parent[u.parent[i]]
		i = u.parent[i]
	}
	return i
}

func (u *union) join(i, j int) { u.parent[u.root(i)] = u.root(j) }
