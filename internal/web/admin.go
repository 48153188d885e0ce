package web

func (s *Server) adminRoutes() []Route { return nil }
