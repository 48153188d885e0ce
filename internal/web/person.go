package web

func (s *Server) personRoutes() []Route { return nil }
