package web

func (s *Server) deskRoutes() []Route { return nil }
